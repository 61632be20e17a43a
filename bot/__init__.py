"""The running process: Slack, web pages, timetable and command line."""
