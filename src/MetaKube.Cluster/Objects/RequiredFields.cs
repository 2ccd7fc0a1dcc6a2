using k8s;
using k8s.Models;

namespace MetaKube.Cluster.Objects;

/// <summary>
/// Fields that the API promises. Pasted and cut objects may lack them; then they are added empty.
/// </summary>
internal static class RequiredFields
{
    public static T Fill<T>(T item)
        where T : IKubernetesObject<V1ObjectMeta>
    {
        item.Metadata ??= new();
        switch (item)
        {
            case V1Pod pod:
                (pod.Spec ??= new()).Containers ??= [];
                pod.Status ??= new();
                break;
            case V1Deployment deployment:
                (deployment.Spec ??= new()).Template ??= new();
                break;
            case V1StatefulSet set:
                (set.Spec ??= new()).Template ??= new();
                break;
            case V1DaemonSet set:
                (set.Spec ??= new()).Template ??= new();
                break;
            case V1ReplicaSet set:
                (set.Spec ??= new()).Template ??= new();
                break;
            case V1Job job:
                (job.Spec ??= new()).Template ??= new();
                break;
            case V1CronJob cron:
                cron.Spec ??= new();
                break;
            case V2HorizontalPodAutoscaler scaler:
                (scaler.Spec ??= new()).ScaleTargetRef ??= new() { Kind = "", Name = "" };
                break;
            case Corev1Event e:
                e.InvolvedObject ??= new();
                break;
        }
        return item;
    }
}
