using System.ComponentModel.DataAnnotations;
using MetaKube.Chat;
using MetaKube.Model;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Remediation;

/// <summary>
/// Changes that the bot makes after somebody approved of them. Off unless it is switched on, given an account of its
/// own and told who may approve.
/// </summary>
internal sealed class RemediationOptions : IValidatableObject
{
    private static readonly string[] Platforms = ["slack", "teams", "console"];

    public bool Enabled { get; set; }

    /// <summary>
    /// The account that changes are made by, as <c>system:serviceaccount:NAMESPACE:NAME</c>; the bot's own has to be
    /// allowed to act as it (impersonate).
    /// </summary>
    public string As { get; set; } = "";

    /// <summary>In place of <see cref="As"/>: a kubeconfig with credentials of that account.</summary>
    public string Kubeconfig { get; set; } = "";

    /// <summary>The context of that kubeconfig; empty: the current one.</summary>
    public string Context { get; set; } = "";

    /// <summary>
    /// Who may approve of what. People are named with where they are: <c>slack:U024BE7LH</c>, <c>teams:</c> and the
    /// object id of Entra, <c>console:</c> and who signed in.
    /// </summary>
    [Required]
    public AccessRule[] Approvers { get; set; } = [];

    /// <summary>What is riskier is not offered.</summary>
    public Risk MostRisk { get; set; } = Risk.Medium;

    /// <summary>For how long it is watched whether a change helps.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan FollowFor { get; set; } = TimeSpan.FromMinutes(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enabled)
            yield break;
        // What reads the cluster must not be able to write to it.
        if (As.Length == 0 && Kubeconfig.Length == 0)
            yield return new("Remediation needs an account of its own: Remediation:As or Remediation:Kubeconfig.");
        if (As.Length > 0 && Kubeconfig.Length > 0)
            yield return new("Remediation:As and Remediation:Kubeconfig exclude each other.");
        if (Context.Length > 0 && Kubeconfig.Length == 0)
            yield return new("Remediation:Context is the context of Remediation:Kubeconfig, which is missing.");
        if (As.Length > 0 && As.Split(':') is not ["system", "serviceaccount", { Length: > 0 }, { Length: > 0 }])
            yield return new("Remediation:As is no ServiceAccount: system:serviceaccount:NAMESPACE:NAME.");
        if (Approvers.Length == 0)
            yield return new("Remediation:Approvers is empty: nobody could approve of a change.");
        if (Array.Exists(Approvers, rule => rule.Users.Length == 0))
            yield return new("Remediation:Approvers has a rule without Users: everybody could approve of changes.");
        foreach (
            var user in Approvers
                .SelectMany(rule => rule.Users)
                .Where(user =>
                    user.Split(':', 2) is not [var platform, { Length: > 0 }] || !Platforms.Contains(platform)
                )
        )
            yield return new(
                $"Remediation:Approvers: {user} is nobody's name; people are slack:ID, teams:ID or console:NAME."
            );
    }
}

[OptionsValidator]
internal sealed partial class RemediationOptionsValidator : IValidateOptions<RemediationOptions>;
