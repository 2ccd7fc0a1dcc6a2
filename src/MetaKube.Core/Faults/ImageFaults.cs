using static MetaKube.Model.Risk;

namespace MetaKube.Faults;

/// <summary>Faults of the category and their codes. A code never changes once it is published.</summary>
public static class ImageFaults
{
    public const string NotFound = "image.not-found";
    public const string RegistryAuth = "image.registry-auth";
    public const string RegistryUnreachable = "image.registry-unreachable";
    public const string RateLimited = "image.rate-limited";
    public const string InvalidName = "image.invalid-name";
    public const string NeverPullAbsent = "image.never-pull-absent";
    public const string WrongArchitecture = "image.wrong-architecture";

    private static Fault Image(
        string code,
        string title,
        IReadOnlyList<RemedyTemplate> remedies,
        params string[] prevention
    ) => new(code, FaultCategory.Image, title, remedies, prevention);

    public static readonly IReadOnlyList<Fault> All =
    [
        Image(
            NotFound,
            "The image's tag or repository does not exist",
            [
                new(
                    Medium,
                    "Set an image tag that exists (now: {image}).",
                    "kubectl -n {namespace} set image {deployment} {container}=IMAGE:TAG"
                ),
            ],
            "Deploy by digest, or by a tag that the pipeline has just pushed, and let the pipeline check that it "
                + "exists."
        ),
        Image(
            RegistryAuth,
            "The registry refuses the pull: pull secret missing or wrong",
            [
                new(
                    Low,
                    "Create the pull secret {secret} that the pod names.",
                    "kubectl -n {namespace} create secret docker-registry {secret} --docker-server=REGISTRY "
                        + "--docker-username=USER --docker-password=PASSWORD"
                ),
                new(
                    Medium,
                    "Check the credentials for {image}: the pull secret has to be in this namespace and named in "
                        + "spec.imagePullSecrets or on the ServiceAccount.",
                    "kubectl -n {namespace} get {workload} -o jsonpath='{.spec.template.spec.imagePullSecrets}'"
                ),
            ],
            "Attach the pull secret to the namespace's ServiceAccount, and renew it before it expires."
        ),
        Image(
            RegistryUnreachable,
            "The registry cannot be reached",
            [
                new(
                    Low,
                    "From the node, check name resolution, proxy and certificate of the registry that {image} names.",
                    "kubectl get nodes -o wide"
                ),
                new(
                    Medium,
                    "If the registry's name is misspelt, correct the image.",
                    "kubectl -n {namespace} set image {deployment} {container}=REGISTRY/IMAGE:TAG"
                ),
            ],
            "Mirror the images that you depend on in a registry inside your network."
        ),
        Image(
            RateLimited,
            "The registry throttles pulls",
            [
                new(
                    Low,
                    "Wait for the limit to pass, or pull {image} with an account of its own (imagePullSecrets) "
                        + "or from a mirror."
                ),
            ],
            "Pull through a cache; authenticate pulls from public registries."
        ),
        Image(
            InvalidName,
            "The image reference cannot be parsed",
            [
                new(
                    Medium,
                    "Correct the image reference {image}: lower case, registry/repository:tag.",
                    "kubectl -n {namespace} set image {deployment} {container}=IMAGE:TAG"
                ),
            ],
            "Validate manifests in the pipeline (kubectl apply --dry-run=server does not check this field; a "
                + "policy can)."
        ),
        Image(
            NeverPullAbsent,
            "imagePullPolicy is Never and the image is not on the node",
            [
                new(
                    Medium,
                    "Allow the pull: set spec.template.spec.containers[].imagePullPolicy of {container} to "
                        + "IfNotPresent, or load {image} on every node.",
                    "kubectl -n {namespace} edit {workload}"
                ),
            ],
            "Use imagePullPolicy Never only on clusters whose nodes are pre-loaded."
        ),
        Image(
            WrongArchitecture,
            "The program was built for another CPU architecture",
            [
                new(
                    Medium,
                    "Build the image for the nodes' architecture (docker buildx build --platform "
                        + "linux/amd64,linux/arm64), or pin the pod to matching nodes with nodeSelector "
                        + "kubernetes.io/arch.",
                    "kubectl get nodes -L kubernetes.io/arch"
                ),
            ],
            "Publish multi-architecture images."
        ),
    ];
}
