"""What does the page *Proof* say of tables that anybody can have? Each is read, fitted and proved as the app would."""
