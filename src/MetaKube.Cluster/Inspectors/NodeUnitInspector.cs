using k8s.Models;
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

    private static Finding? Judge(InspectionContext context, NodeUnit service) =>
        FaultOf(service.Name) is not { } fault
            ? null
            : new()
            {
                Fault = fault,
                Resource = new("Node", null, NameOf(context, service.Node)),
                Summary = $"{service.Name} on node {NameOf(context, service.Node)} is {service.State}",
                Source = $"systemctl status {service.Name}",
                Quote = service.Quote,
                Weight = 0.96,
                Facts = new Dictionary<string, string>
                {
                    ["service"] = service.Name,
                    ["node"] = NameOf(context, service.Node),
                },
            };

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
