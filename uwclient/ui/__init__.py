"""Ready-made screens for live content: pop-ups, toasts, and the debug overlay, whatever engine draws them."""
