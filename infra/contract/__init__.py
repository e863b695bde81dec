"""What clients were promised: the API's contract as it was released, and what a change of it would break."""
