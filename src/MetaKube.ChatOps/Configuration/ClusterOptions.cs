using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MetaKube.ChatOps.Configuration;

/// <summary>The cluster that the bot reads when the command line names none.</summary>
internal sealed class ClusterOptions
{
    /// <summary>The cluster's name in answers; empty means the context's name.</summary>
    public string? Name { get; set; }

    public string? Kubeconfig { get; set; }

    public string? Context { get; set; }

    /// <summary>The address of a Prometheus that scrapes the cluster's kubelets; empty: none.</summary>
    public Uri? Prometheus { get; set; }

    /// <summary>Namespaces to read where the whole cluster may not be listed.</summary>
    [Required]
    public string[] Namespaces { get; set; } = [];
}

[OptionsValidator]
internal sealed partial class ClusterOptionsValidator : IValidateOptions<ClusterOptions>;
