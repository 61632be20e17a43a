"""What an app writes through the API of the stand-in QuickBooks, by the rules QuickBooks has."""
