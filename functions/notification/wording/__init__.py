"""The words of messages, as staff edit them: versions, what they may say, previews."""
