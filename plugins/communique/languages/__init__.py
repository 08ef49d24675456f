"""Languages: messages, typography, the twin rule, and the state of each translation."""
