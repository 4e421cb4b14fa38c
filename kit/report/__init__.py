"""What came of a session, to read and to take home: tables, pictures, files. Knows no kind of exercise by name."""
