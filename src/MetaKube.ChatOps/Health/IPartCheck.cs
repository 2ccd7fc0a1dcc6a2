namespace MetaKube.ChatOps.Health;

/// <summary>Examines one part of the installation for <c>metakube doctor</c>. It changes nothing.</summary>
internal interface IPartCheck
{
    /// <summary>The part's name in the results.</summary>
    string Part { get; }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The part's section of the
    /// configuration is wrong, which <see cref="ConfigurationCheck"/> reports.</exception>
    Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellationToken);
}
