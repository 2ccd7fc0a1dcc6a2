namespace MetaKube.Cluster.Redaction;

/// <summary>
/// Finds secrets in a text. Each part looks for the literal characters that all of its secrets have, and reads on only
/// there, so that the time grows with the length of the text alone.
/// </summary>
internal static class SecretSearch
{
    /// <summary>The secret parts of a text from which <see cref="PlainText"/> removed what nobody sees.</summary>
    public static SecretSpans In(string text)
    {
        var secrets = new SecretSpans();
        TokenFormats.Find(text, secrets);
        NamedValues.Find(text, secrets);
        Addresses.Find(text, secrets);
        CommandOptions.Find(text, secrets);
        PrivateKeys.Find(text, secrets);
        SecretManifests.Find(text, secrets);
        PasswordLines.Find(text, secrets);
        CallArguments.Find(text, secrets);
        RandomText.Find(text, secrets);
        return secrets;
    }
}
