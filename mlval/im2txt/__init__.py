"""The im2txt family: a small CNN, an attention LSTM, their training and their export."""
