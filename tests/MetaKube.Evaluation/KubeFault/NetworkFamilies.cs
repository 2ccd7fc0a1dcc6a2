namespace MetaKube.Evaluation.KubeFault;

/// <summary>
/// Services, names, certificates, policies and ingresses, in the words of programs, CNI plugins and controllers.
/// </summary>
internal static class NetworkFamilies
{
    private static string Healthy(Scene s, string? labels = null)
    {
        var pod = s.Run(
            Scene.Running(),
            container: """{"ports":[{"containerPort":8080,"name":"http"}]}""",
            ready: true
        );
        s.Log(pod, false, "listening on :8080");
        return pod;
    }

    private static string Ingress(string backend, string more = "") =>
        $$"""
            {"spec":{"ingressClassName":"nginx"{{more}},"rules":[{"host":"shop.example.org",
            "http":{"paths":[{"path":"/","pathType":"Prefix",
            "backend":{"service":{"name":"{{backend}}","port":{"number":80} } } }]} }]},
            "status":{"loadBalancer":{} } }
            """;

    private static void Class(Scene s, string name = "nginx") =>
        s.Add("IngressClass", null, name, """{"spec":{"controller":"k8s.io/ingress-nginx"}}""");

    public static IEnumerable<Family> All { get; } =
    [
        new(
            "network.service-selector-mismatch",
            "version-label",
            s =>
            {
                Healthy(s);
                s.Service(selector: $$"""{"app":"{{s.App}}","version":"v2"}""");
                s.Blame("Service");
            }
        ),
        new(
            "network.service-port-mismatch",
            "number",
            s =>
            {
                var p = Healthy(s);
                s.Service(
                    ports: """[{"port":80,"targetPort":9090,"protocol":"TCP"}]""",
                    endpoints: Scene.Endpoint(p, port: 9090)
                );
                s.Blame("Service");
            }
        ),
        new(
            "network.service-port-mismatch",
            "name",
            s =>
            {
                Healthy(s);
                s.Service(ports: """[{"name":"web","port":80,"targetPort":"web","protocol":"TCP"}]""");
                s.Blame("Service");
            }
        ),
        new(
            "network.dependency-missing",
            "node-enotfound",
            s =>
                s.Crashes(
                    1,
                    """{"env":[{"name":"CATALOG_URL","value":"http://catalog-api:8080"}]}""",
                    "Error: getaddrinfo ENOTFOUND catalog-api",
                    "    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:109:26) {",
                    "  errno: -3008,",
                    "  code: 'ENOTFOUND',",
                    "  syscall: 'getaddrinfo',",
                    "  hostname: 'catalog-api'",
                    "}"
                )
        ),
        new(
            "network.dependency-missing",
            "java-unknown-host",
            s =>
                s.Crashes(
                    1,
                    """{"env":[{"name":"LEDGER_HOST","value":"ledger"}]}""",
                    "Exception in thread \"main\" java.net.UnknownHostException: ledger: Name or service not known",
                    "\tat java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)",
                    "\tat com.acme.Main.main(Main.java:21)"
                )
        ),
        new(
            "network.dependency-missing",
            "dotnet",
            s =>
                s.Crashes(
                    134,
                    """{"env":[{"name":"Rates__Url","value":"http://rates-api"}]}""",
                    "Unhandled exception. System.Net.Http.HttpRequestException: Name or service not "
                        + "known (rates-api:80)",
                    " ---> System.Net.Sockets.SocketException (0xFFFDFFFF): Name or service not known"
                )
        ),
        new(
            "network.dependency-down",
            "rust-refused",
            s =>
            {
                s.Crashes(
                    101,
                    """{"env":[{"name":"QUEUE_ADDR","value":"203.0.113.20:5672"}]}""",
                    "thread 'main' panicked at src/main.rs:41:10:",
                    "failed to connect to queue at 203.0.113.20:5672: Connection refused (os error 111)"
                );
            }
        ),
        new(
            "network.connection-timeout",
            "java",
            s =>
                s.Crashes(
                    1,
                    """{"env":[{"name":"PARTNER","value":"https://partner.example.com"}]}""",
                    "java.net.SocketTimeoutException: Connect timed out",
                    "\tat java.base/sun.nio.ch.NioSocketImpl.timedFinishConnect(NioSocketImpl.java:546)",
                    "\tat com.acme.partner.Client.call(Client.java:77) // https://partner.example.com"
                )
        ),
        new(
            "network.connection-timeout",
            "go-deadline",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "2026/11/24 10:55:31 fetch config: Get \"https://config.example.net/v1\": context "
                        + "deadline exceeded (Client.Timeout exceeded while awaiting headers)"
                )
        ),
        new(
            "network.policy-blocked",
            "egress-denied",
            s =>
            {
                s.Crashes(
                    1,
                    """{"env":[{"name":"DB","value":"db:5432"}]}""",
                    "2026/11/24 10:55:31 ping db: dial tcp 10.96.14.7:5432: i/o timeout"
                );
                s.Deploy("""{"ports":[{"containerPort":5432}]}""", 1, 1, app: "db");
                s.Instance(
                    "db",
                    "db-0a",
                    null,
                    Scene.Running(),
                    container: """{"ports":[{"containerPort":5432}]}""",
                    ready: true
                );
                s.Service(
                    "db",
                    ports: """[{"port":5432,"targetPort":5432,"protocol":"TCP"}]""",
                    endpoints: Scene.Endpoint("db-0a", port: 5432)
                );
                s.Add(
                    "NetworkPolicy",
                    "default-deny",
                    """
                    {"spec":{"podSelector":{},"policyTypes":["Egress"],"egress":[{"ports":[{"port":53,
                    "protocol":"UDP"}]}]}}
                    """
                );
                s.Blame("NetworkPolicy", "default-deny", s.App);
            }
        ),
        new(
            "network.tls-expired",
            "python",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "requests.exceptions.SSLError: HTTPSConnectionPool(host='auth.example.org', "
                        + "port=443): Max retries exceeded with url: /token (Caused by "
                        + "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate "
                        + "verify failed: certificate has expired (_ssl.c:1006)')))"
                )
        ),
        new(
            "network.tls-untrusted",
            "java-pkix",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
                        + "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
                        + "certification path to requested target"
                )
        ),
        new(
            "network.tls-untrusted",
            "node-self-signed",
            s =>
                s.Crashes(
                    1,
                    "{}",
                    "Error: self-signed certificate in certificate chain",
                    "    at TLSSocket.onConnectSecure (node:_tls_wrap:1659:34) {",
                    "  code: 'SELF_SIGNED_CERT_IN_CHAIN'",
                    "}"
                )
        ),
        new(
            "network.ingress-class-missing",
            "traefik",
            s =>
            {
                var p = Healthy(s);
                s.Service(endpoints: Scene.Endpoint(p));
                Class(s, "traefik");
                s.Add("Ingress", s.App, Ingress(s.App));
                s.Blame("Ingress");
            }
        ),
        new(
            "network.ingress-backend-missing",
            "service-gone",
            s =>
            {
                Class(s);
                s.Add("Ingress", s.App, Ingress($"{s.App}-frontend"));
                s.Blame("Ingress");
            }
        ),
        new(
            "network.ingress-tls-missing",
            "secret-gone",
            s =>
            {
                var p = Healthy(s);
                s.Service(endpoints: Scene.Endpoint(p));
                Class(s);
                s.Add(
                    "Ingress",
                    s.App,
                    Ingress(s.App, $$""","tls":[{"hosts":["shop.example.org"],"secretName":"{{s.App}}-cert"}]""")
                );
                s.Blame("Ingress");
            }
        ),
        new(
            "network.load-balancer-pending",
            "aws-subnets",
            s =>
            {
                var p = Healthy(s);
                s.Service(endpoints: Scene.Endpoint(p), more: ""","type":"LoadBalancer" """);
                ((System.Text.Json.Nodes.JsonObject)s.Items["Service"][^1])["status"] =
                    System.Text.Json.Nodes.JsonNode.Parse("""{"loadBalancer":{}}""");
                s.Warn(
                    "Service",
                    s.App,
                    "SyncLoadBalancerFailed",
                    "Error syncing load balancer: failed to ensure load balancer: could not find any "
                        + "suitable subnets for creating the ELB"
                );
                s.Blame("Service");
            }
        ),
        new(
            "network.sandbox-failed",
            "calico",
            s =>
            {
                var p = s.Run(Scene.Waiting("ContainerCreating"), phase: "Pending");
                s.Warn(
                    "Pod",
                    p,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup "
                        + "network for sandbox \"1f0c\": plugin type=\"calico\" failed (add): error getting "
                        + "ClusterInformation: connection is unauthorized: Unauthorized"
                );
                s.Blame();
            }
        ),
        new(
            "network.sandbox-failed",
            "aws-vpc",
            s =>
            {
                var p = s.Run(Scene.Waiting("ContainerCreating"), phase: "Pending");
                s.Warn(
                    "Pod",
                    p,
                    "FailedCreatePodSandBox",
                    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup "
                        + "network for sandbox \"1f0c\": plugin type=\"aws-cni\" name=\"aws-cni\" failed "
                        + "(add): add cmd: failed to assign an IP address to container"
                );
                s.Blame();
            }
        ),
    ];
}
