"""How both programs look: tokens, theme, icons, fonts, translations. The only room of ``shared`` that knows Qt."""
