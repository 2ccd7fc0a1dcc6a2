namespace MetaKube.Chat;

/// <summary>A change of the cluster that a person asks for.</summary>
public enum WriteVerb
{
    RollBack,
    Restart,
    Delete,
    Scale,
    Apply,
}
