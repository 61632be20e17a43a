"""Items as people see them: alone, in lists, with what is wrong and what can be done."""
