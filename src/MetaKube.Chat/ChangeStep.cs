namespace MetaKube.Chat;

/// <summary>A step of a change of the cluster. The names are stored.</summary>
public enum ChangeStep
{
    /// <summary>Dry run, and show the difference.</summary>
    Propose,

    /// <summary>Apply an approved proposal.</summary>
    Apply,

    /// <summary>Undo an applied change.</summary>
    Undo,

    /// <summary>Check whether the change helped.</summary>
    Follow,
}
