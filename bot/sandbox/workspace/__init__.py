"""The stand-in Slack workspace: Web API, deliveries to the bot, and what people see and do."""
