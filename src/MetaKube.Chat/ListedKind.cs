namespace MetaKube.Chat;

/// <summary>The objects that a person asks to have listed.</summary>
public enum ListedKind
{
    Failing,
    Namespaces,
    Pods,
}
