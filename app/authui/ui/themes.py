"""authui's own colours, one theme for dark terminals and one for light ones.

Textual's themes stay; of them `ansi-dark` and `ansi-light` use the terminal's own colours.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="authui-dark",
    primary="#5fb8c7",
    secondary="#8a93a3",
    accent="#5fb8c7",
    success="#8ccf8e",
    warning="#e3b967",
    error="#ee7b7b",
    foreground="#d9dde3",
    background="#14171c",
    surface="#14171c",
    panel="#1e2229",
    dark=True,
    variables={
        "footer-key-foreground": "#5fb8c7",
        "footer-background": "#1e2229",
        "block-cursor-text-style": "none",
        "input-selection-background": "#5fb8c7 35%",
        "border": "#5fb8c7",
        "border-blurred": "#39414d",
        "scrollbar": "#39414d",
        "scrollbar-background": "#14171c",
        "scrollbar-background-hover": "#14171c",
        "scrollbar-background-active": "#14171c",
        "scrollbar-corner-color": "#14171c",
    },
)
"""The default."""

LIGHT = Theme(
    name="authui-light",
    primary="#0b7285",
    secondary="#5c6673",
    accent="#0b7285",
    success="#26742c",
    warning="#8f5a00",
    error="#b3261e",
    foreground="#20252c",
    background="#fbfbfa",
    surface="#fbfbfa",
    panel="#eceeef",
    dark=False,
    variables={
        "footer-key-foreground": "#0b7285",
        "footer-background": "#eceeef",
        "block-cursor-text-style": "none",
        "input-selection-background": "#0b7285 25%",
        "border": "#0b7285",
        "border-blurred": "#c3c9cf",
        "scrollbar": "#c3c9cf",
        "scrollbar-background": "#fbfbfa",
        "scrollbar-background-hover": "#fbfbfa",
        "scrollbar-background-active": "#fbfbfa",
        "scrollbar-corner-color": "#fbfbfa",
    },
)
"""The same for a light terminal."""

THEMES = (DARK, LIGHT)
"""Both."""
