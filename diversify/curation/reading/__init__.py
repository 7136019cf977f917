"""What the rows of a file say: layouts, fields, chats, and what their texts look like."""
