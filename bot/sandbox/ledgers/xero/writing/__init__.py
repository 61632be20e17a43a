"""What an app writes through the API of the stand-in Xero, by the rules that Xero has for it."""
