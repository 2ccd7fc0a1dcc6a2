using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class NetworkFaults
{
    public const string ServiceSelectorMismatch = "network.service-selector-mismatch";
    public const string ServicePortMismatch = "network.service-port-mismatch";
    public const string NoReadyEndpoints = "network.no-ready-endpoints";
    public const string DependencyMissing = "network.dependency-missing";
    public const string DnsFailure = "network.dns-failure";
    public const string DependencyDown = "network.dependency-down";
    public const string ConnectionTimeout = "network.connection-timeout";
    public const string PolicyBlocked = "network.policy-blocked";
    public const string TlsExpired = "network.tls-expired";
    public const string TlsUntrusted = "network.tls-untrusted";
    public const string IngressClassMissing = "network.ingress-class-missing";
    public const string IngressBackendMissing = "network.ingress-backend-missing";
    public const string IngressTlsMissing = "network.ingress-tls-missing";
    public const string GatewayRouteUnresolved = "network.gateway-route-unresolved";
    public const string LoadBalancerPending = "network.load-balancer-pending";
    public const string SandboxFailed = "network.sandbox-failed";
    public const string Delay = "network.delay";
    public const string PacketLoss = "network.packet-loss";
    public const string Misrouted = "network.misrouted";

    private static Fault Network(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Network, title, remedies, prevention);

    public static readonly IReadOnlyList<Fault> All =
    [
        Network(
            ServiceSelectorMismatch,
            "The Service's selector matches no pod",
            [
                new(
                    Medium,
                    "Set the selector of Service {name} to the pods' labels: {suggestion}.",
                    "kubectl -n {namespace} set selector service {name} '{suggestion}'"
                )
                {
                    Patch = """{"spec":{"selector":{selectorpatch}}}""",
                },
                new(
                    Medium,
                    "Correct spec.selector of Service {name}: no pod carries {selector}.",
                    "kubectl -n {namespace} get pods --show-labels"
                )
                {
                    Otherwise = true,
                },
            ],
            "Alert on Services without endpoints; take selector and labels from one template."
        ),
        Network(
            ServicePortMismatch,
            "The Service's targetPort is not what the container serves",
            [
                new(
                    Medium,
                    "Set spec.ports[].targetPort of Service {name} (now {port}) to a port that the containers "
                        + "serve: {suggestion}.",
                    "kubectl -n {namespace} edit service {name}"
                ),
                new(
                    Medium,
                    "Set spec.ports[].targetPort of Service {name} (now {port}) to the port that the containers serve.",
                    "kubectl -n {namespace} edit service {name}"
                )
                {
                    Otherwise = true,
                },
            ],
            "Name ports in the pod and let Services refer to the name."
        ),
        Network(
            NoReadyEndpoints,
            "None of the pods behind the Service is ready",
            [new(Low, "Find out why its pods are not ready.", "kubectl -n {namespace} get endpoints {name} -o yaml")],
            "Alert on Services without endpoints."
        ) with
        {
            Vagueness = 3,
        },
        Network(
            DependencyMissing,
            "The Service that the program calls does not exist",
            [
                new(
                    Medium,
                    "{outside} is outside the cluster and does not resolve: correct the host name that {workload} is "
                        + "given, or let it resolve outside names (egress to DNS, dnsPolicy).",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
                new(
                    Medium,
                    "Create Service {host}, or correct the host name that {workload} is given.",
                    "kubectl -n {namespace} get services"
                )
                {
                    Otherwise = true,
                },
            ],
            "Deploy dependencies first; keep host names in one place."
        ),
        Network(
            DnsFailure,
            "Cluster DNS does not answer",
            [
                new(
                    Medium,
                    "Correct or remove the rule in the Corefile that treats this name ({dnsrule}).",
                    "kubectl -n kube-system edit configmap coredns"
                ),
                new(
                    Medium,
                    "Find out why DNS does not answer.",
                    "kubectl -n kube-system get pods -l k8s-app=kube-dns",
                    "kubectl -n kube-system logs -l k8s-app=kube-dns --tail=50"
                )
                {
                    Otherwise = true,
                },
            ],
            "Run two DNS replicas on different nodes and alert on their error rate."
        ),
        Network(
            DependencyDown,
            "A dependency refuses connections",
            [
                new(
                    Low,
                    "{outside} is outside the cluster: check the address and port that {workload} is given, then that "
                        + "server.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                ),
                new(Low, "Find out why {host} refuses connections.", "kubectl -n {namespace} get endpoints,pods")
                {
                    Otherwise = true,
                },
            ],
            "Retry with back-off at start, and alert on the dependency itself."
        ) with
        {
            Vagueness = 1,
        },
        Network(
            ConnectionTimeout,
            "Packets to a dependency vanish",
            [
                new(
                    Low,
                    "{outside} is outside the cluster: check its address, and that egress (NAT, firewall, proxy) lets "
                        + "{workload} reach it.",
                    "kubectl -n {namespace} get networkpolicies"
                ),
                new(
                    Low,
                    "Check routes, firewalls and NetworkPolicies between {workload} and {host}.",
                    "kubectl -n {namespace} get networkpolicies"
                )
                {
                    Otherwise = true,
                },
            ],
            "Set short connect timeouts and log the peer's address."
        ) with
        {
            Vagueness = 1,
        },
        Network(
            PolicyBlocked,
            "A NetworkPolicy blocks the flow",
            [
                new(
                    Medium,
                    "Allow the flow in NetworkPolicy {policy}.",
                    "kubectl -n {namespace} get networkpolicy {policy} -o yaml"
                ),
            ],
            "Test policies in the pipeline with the flows that must work."
        ),
        Network(
            TlsExpired,
            "A certificate has expired",
            [
                new(Medium, "Renew the certificate that {host} presents.", "kubectl get certificates -A"),
                new(Medium, "Renew the certificate.", "kubectl get certificates -A") { Otherwise = true },
            ],
            "Let cert-manager renew, and alert 14 days before expiry."
        ),
        Network(
            TlsUntrusted,
            "A certificate is signed by an unknown authority",
            [
                new(
                    Medium,
                    "Give {workload} the CA bundle that signed the peer's certificate (never switch the check off)."
                ),
            ],
            "Distribute the internal CA to every namespace (trust-manager)."
        ),
        Network(
            IngressClassMissing,
            "The Ingress names a class that does not exist",
            [
                new(
                    Medium,
                    "Set spec.ingressClassName of Ingress {name} to a class that exists.",
                    "kubectl get ingressclasses"
                ),
            ],
            "Mark one class as the default."
        ),
        Network(
            IngressBackendMissing,
            "The Ingress's backend does not exist",
            [
                new(
                    Medium,
                    "Create Service {service}, or correct the backend of Ingress {name}.",
                    "kubectl -n {namespace} get services"
                ),
            ],
            "Ship Ingress and Service together."
        ),
        Network(
            IngressTlsMissing,
            "The Ingress's TLS Secret does not exist",
            [
                new(
                    Low,
                    "Create TLS Secret {secret}, or find out why its issuer has not.",
                    "kubectl -n {namespace} create secret tls {secret} --cert=tls.crt --key=tls.key"
                ),
            ],
            "Let cert-manager issue it, and alert on failed orders."
        ),
        Network(
            GatewayRouteUnresolved,
            "A Gateway API reference is broken",
            [
                new(
                    Medium,
                    "Correct the reference that the condition names.",
                    "kubectl -n {namespace} describe {kind} {name}"
                ),
            ],
            "Ship route and backend together."
        ),
        Network(
            LoadBalancerPending,
            "The load balancer has no external address",
            [
                new(
                    Medium,
                    "Check what the load-balancer controller says: none may be installed, or its quota is used up.",
                    "kubectl -n {namespace} describe service {name}"
                ),
            ],
            "On bare metal install a load-balancer controller, or use NodePort or Ingress."
        ),
        Network(
            SandboxFailed,
            "The network plugin cannot set up the pod",
            [
                new(
                    Medium,
                    "Check what the network plugin says on node {node} (addresses used up, plugin down).",
                    "kubectl -n kube-system get pods -o wide --field-selector spec.nodeName={node}"
                ),
            ],
            "Alert on CNI pods, and size the pod network for the node count."
        ),
        Network(
            Delay,
            "Traffic is delayed on its way",
            [
                new(
                    Medium,
                    "Look for what delays the packets of node {node}: its interface's queue (tc qdisc), the link, "
                        + "its neighbours.",
                    "kubectl describe node {node}"
                ),
                new(
                    Medium,
                    "Look for what delays the packets of {workload}: its interface's queue (tc qdisc), a sidecar, "
                        + "its node.",
                    "kubectl -n {namespace} get pods -o wide"
                )
                {
                    Otherwise = true,
                },
            ],
            "Measure latency, retransmissions and drops of each node and pod."
        ) with
        {
            Vagueness = 1,
        },
        Network(
            PacketLoss,
            "Packets get lost on their way",
            [
                new(
                    Medium,
                    "Look for what loses packets of node {node}: its interface's queue (tc qdisc), the link, "
                        + "its neighbours.",
                    "kubectl describe node {node}"
                ),
                new(
                    Medium,
                    "Look for what loses packets of {workload}: its interface's queue (tc qdisc), a sidecar, "
                        + "its node.",
                    "kubectl -n {namespace} get pods -o wide"
                )
                {
                    Otherwise = true,
                },
            ],
            "Measure latency, retransmissions and drops of each node and pod."
        ) with
        {
            Vagueness = 1,
        },
        Network(
            Misrouted,
            "A route leads to the wrong backend",
            [
                new(
                    Medium,
                    "Point path {path} of Ingress {name} at Service {wanted} (now {service}).",
                    "kubectl -n {namespace} edit ingress {name}"
                ),
                new(
                    Medium,
                    "Correct the route of {workload}, so that each path leads to the Service that serves it.",
                    "kubectl -n {namespace} get {workload} -o yaml"
                )
                {
                    Otherwise = true,
                },
            ],
            "Test each route after a change with a path that only its backend serves."
        ),
    ];
}
