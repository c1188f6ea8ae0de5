"""Qt item models: what lists show, kept in order and searched here, told to views in few signals."""
