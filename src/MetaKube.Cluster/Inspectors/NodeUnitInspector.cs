using k8s.Models;
using MetaKube.Cluster.Logs;
using MetaKube.Cluster.Objects;
using MetaKube.Faults;
using MetaKube.Model;

namespace MetaKube.Cluster.Inspectors;

/// <summary>
/// Services of a node that do not run: kubelet, container runtime, kube-proxy, scheduler. The service says what the
/// conditions of the node only show the effect of.
/// </summary>
internal sealed class NodeUnitInspector : IInspector
{
    public InspectionResult Inspect(InspectionContext context) =>
        new(
            context
                .Snapshot.NodeUnits.Where(service => service.IsDown)
                .Select(service => Judge(context, service))
                .OfType<Finding>()
        );

    /// <summary>Errors of a service that say why it does not stay up, with the fault that they mean.</summary>
    private static readonly MessagePattern[] Reasons =
    [
        new(
            @"certificate[^\n]{0,120}\b(is expired|has expired|expired:)|x509: [^\n]{0,80}expired",
            SystemFaults.CertificateExpired,
            "its client certificate has expired"
        ),
        new(@"no space left on device|disk quota exceeded", ResourceFaults.NodeDiskPressure, "the node's disk is full"),
    ];

    private static Finding? Judge(InspectionContext context, NodeUnit service)
    {
        if (FaultOf(service.Name) is not { } fault)
            return null;
        var node = NameOf(context, service.Node);
        var said = service
            .Errors.Select(error => (Error: error, Known: MessagePattern.First(Reasons, error)))
            .FirstOrDefault(judged => judged.Known is not null);
        return new()
        {
            Fault = said.Known?.Message.Fault ?? fault,
            Resource = new("Node", null, node),
            Summary =
                $"{service.Name} on node {node} is {service.State}"
                + (said.Known is { } known ? $": {known.Message.Summary}" : ""),
            Source = $"systemctl status {service.Name}",
            Quote = said.Error ?? service.Quote,
            Weight = 0.96,
            Facts = new Dictionary<string, string> { ["service"] = service.Name, ["node"] = node },
        };
    }

    private static string? FaultOf(string unit) =>
        unit switch
        {
            "kubelet" or "k3s" or "k3s-agent" or "rke2-agent" => SystemFaults.NodeNotReady,
            "containerd" or "crio" or "docker" or "cri-docker" or "cri-dockerd" => SystemFaults.ContainerRuntimeFailed,
            "kube-proxy" => SystemFaults.KubeProxyFailed,
            "kube-scheduler" or "kube-controller-manager" or "kube-apiserver" => SystemFaults.ControllerDown,
            "etcd" => SystemFaults.EtcdFailed,
            _ => null,
        };

    /// <summary>The node of a host name, which may carry a domain that the node's name lacks.</summary>
    private static string NameOf(InspectionContext context, string host) =>
        context
            .Snapshot.All<V1Node>()
            .Select(node => node.Metadata.Name)
            .FirstOrDefault(name => name == host || name == host.Split('.')[0] || name.Split('.')[0] == host)
        ?? host;
}
