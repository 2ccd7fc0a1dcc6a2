using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace MetaKube.Cluster.Text;

/// <summary>
/// The endpoints of a Service, as its description and the table of endpoints print them. An address without a port
/// stands for a target port that the pod does not have.
/// </summary>
internal static partial class PastedEndpoints
{
    public static V1Endpoints Read(V1ObjectMeta meta, string text) =>
        new()
        {
            Metadata = new() { Name = meta.Name, NamespaceProperty = meta.NamespaceProperty },
            Subsets =
            [
                .. Address()
                    .Matches(text)
                    .Select(match => new V1EndpointSubset
                    {
                        Addresses = [new() { Ip = match.Groups[1].Value }],
                        Ports = match.Groups[2].Success
                            ? [new() { Port = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) }]
                            : [],
                    }),
            ],
        };

    [GeneratedRegex(@"(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:]{3,45}\])(?::(\d{1,5})\b)?")]
    private static partial Regex Address();
}
