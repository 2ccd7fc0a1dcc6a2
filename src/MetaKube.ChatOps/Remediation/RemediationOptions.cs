using System.ComponentModel.DataAnnotations;
using MetaKube.Chat;
using MetaKube.Model;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Remediation;

/// <summary>
/// Changes that the bot applies after approval. They need to be enabled, an account of their own, and approvers.
/// </summary>
internal sealed class RemediationOptions : IValidatableObject
{
    public bool Enabled { get; set; }

    /// <summary>
    /// The account that applies changes, as <c>system:serviceaccount:NAMESPACE:NAME</c>. The bot's own account needs
    /// the right to impersonate it.
    /// </summary>
    public string As { get; set; } = "";

    /// <summary>A kubeconfig file with credentials of that account, instead of <see cref="As"/>.</summary>
    public string Kubeconfig { get; set; } = "";

    /// <summary>The context of that kubeconfig; empty: the current one.</summary>
    public string Context { get; set; } = "";

    /// <summary>
    /// The people who may approve changes, and of which namespaces. A person is <c>slack:</c> and the user id,
    /// <c>teams:</c> and the object id in Entra, or <c>console:</c> and the name at sign-in.
    /// </summary>
    [Required]
    public AccessRule[] Approvers { get; set; } = [];

    /// <summary>Remedies with a higher risk are not offered as changes.</summary>
    public Risk MostRisk { get; set; } = Risk.Medium;

    /// <summary>For how long the bot watches after a change whether its target recovers.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan FollowFor { get; set; } = TimeSpan.FromMinutes(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Enabled)
            yield break;
        // The account that reads the cluster must not be able to write to it.
        if (As.Length == 0 && Kubeconfig.Length == 0)
            yield return new("Remediation needs an account of its own: Remediation:As or Remediation:Kubeconfig.");
        if (As.Length > 0 && Kubeconfig.Length > 0)
            yield return new("Remediation:As and Remediation:Kubeconfig exclude each other.");
        if (Context.Length > 0 && Kubeconfig.Length == 0)
            yield return new("Remediation:Context is the context of Remediation:Kubeconfig, which is missing.");
        if (As.Length > 0 && As.Split(':') is not ["system", "serviceaccount", { Length: > 0 }, { Length: > 0 }])
            yield return new("Remediation:As is not a ServiceAccount: system:serviceaccount:NAMESPACE:NAME.");
        if (Approvers.Length == 0)
            yield return new("Remediation:Approvers is empty: nobody could approve of a change.");
        if (Array.Exists(Approvers, rule => rule.Users.Length == 0))
            yield return new("Remediation:Approvers has a rule without Users: everybody could approve of changes.");
    }
}

[OptionsValidator]
internal sealed partial class RemediationOptionsValidator : IValidateOptions<RemediationOptions>;
