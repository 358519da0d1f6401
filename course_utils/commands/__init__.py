"""The commands of ``course``: what each takes, and the room that it starts when it is called."""
