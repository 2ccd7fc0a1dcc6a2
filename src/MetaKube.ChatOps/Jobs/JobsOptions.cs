using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Jobs;

/// <summary>The dashboard of background jobs.</summary>
internal sealed class JobsOptions : IValidatableObject
{
    private const int ShortestToken = 16;

    /// <summary>The password of the dashboard at <c>/jobs</c>, at least 16 characters; empty: no dashboard.</summary>
    public string DashboardToken { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DashboardToken.Length is > 0 and < ShortestToken)
            yield return new($"Jobs:DashboardToken has less than {ShortestToken} characters: it could be guessed.");
    }
}

[OptionsValidator]
internal sealed partial class JobsOptionsValidator : IValidateOptions<JobsOptions>;
