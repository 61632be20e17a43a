"""What a file says: from bytes that somebody handed in to facts of documents, or a refusal."""
