namespace MetaKube.Cluster.Redaction;

/// <summary>The certainty with which a name tells that its value is a credential.</summary>
internal enum CredentialStrength
{
    /// <summary>The name says nothing of the kind.</summary>
    None,

    /// <summary>The name may also belong to something harmless: the value has to look like a secret.</summary>
    Weak,

    /// <summary>Any value is a secret that is not a placeholder.</summary>
    Strong,
}
