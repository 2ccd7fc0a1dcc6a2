namespace MetaKube.Chat;

/// <summary>The actions of buttons; each platform sends them back with a click.</summary>
public static class CardVerb
{
    public const string Fixed = "fixed",
        Wrong = "wrong",
        Deeper = "deeper",
        Details = "details",
        Ask = "ask",
        WhatFixedIt = "what",
        Propose = "propose",
        Apply = "apply",
        Undo = "undo";
}
