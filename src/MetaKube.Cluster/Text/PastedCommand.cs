using System.Buffers;
using System.Text.RegularExpressions;
using MetaKube.Cluster.Objects;

namespace MetaKube.Cluster.Text;

/// <summary>A command that was typed at a prompt, as far as it tells about the output below it.</summary>
/// <param name="Tool">The program; "kubectl" for every spelling of it.</param>
/// <param name="Verb">Its first word that is no option: "get", "describe", "logs".</param>
/// <param name="Words">The words after the verb that are no options.</param>
internal sealed partial record PastedCommand(string Tool, string Verb, IReadOnlyList<string> Words)
{
    /// <summary>Longer lines are no commands that a person types.</summary>
    private const int Longest = 1000;

    private static readonly HashSet<string> Verbs =
    [
        "get",
        "describe",
        "logs",
        "log",
        "events",
        "top",
        "apply",
        "create",
        "delete",
        "rollout",
        "exec",
        "edit",
        "scale",
        "explain",
        "config",
        "cluster-info",
        "version",
        "api-resources",
        "api-versions",
        "wait",
        "patch",
        "label",
        "annotate",
        "cordon",
        "uncordon",
        "drain",
        "taint",
        "port-forward",
        "debug",
        "auth",
        "run",
        "expose",
        "set",
        "autoscale",
        "diff",
        "replace",
        "cp",
        "attach",
        "proxy",
        "certificate",
        "adm",
        "status",
        "project",
        "projects",
        "new-app",
        "whoami",
        "login",
        "kustomize",
        "plugin",
        "krew",
        "stern",
        "neat",
    ];

    /// <summary>Other programs, with the words that follow them; without a prompt one of these has to.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["helm"] = "status history list ls install upgrade get template rollback uninstall test show repo lint dep",
        ["argocd"] = "app login proj repo cluster account",
        ["flux"] = "get logs reconcile check events suspend resume stats",
        ["docker"] = "logs ps inspect run pull images exec info build compose stats",
        ["crictl"] = "ps logs pods images inspect inspecti inspectp pull info stats exec",
        ["nerdctl"] = "ps logs inspect pull images",
        ["journalctl"] = "-u -xe -xeu -f --unit -n --no-pager -k",
        ["systemctl"] = "status restart start stop is-active",
        ["etcdctl"] = "endpoint member alarm get defrag snapshot check --endpoints --write-out",
        ["istioctl"] = "analyze proxy-status proxy-config version x ps pc",
        ["cilium"] = "status connectivity endpoint monitor bpf",
        ["calicoctl"] = "node get",
        ["openssl"] = "s_client x509 verify",
        ["curl"] = "-v -k -i -I -s -sv -kv -vk -L http:// https://",
        ["velero"] = "backup restore describe get",
        ["stern"] = "",
        ["dig"] = "",
        ["nslookup"] = "",
        ["ping"] = "",
        ["nvidia-smi"] = "",
        ["kubeadm"] = "init join reset token certs upgrade config",
        ["kustomize"] = "build",
        ["terraform"] = "apply plan init destroy",
        ["k9s"] = "",
        ["eksctl"] = "get create",
        ["gcloud"] = "container logging compute",
        ["aws"] = "eks ec2 elbv2 logs",
        ["az"] = "aks",
    };

    private static readonly HashSet<string> Wrappers = ["sudo", "watch", "time", "nohup", "command", "winpty", "exec"];

    /// <summary>Options of kubectl with a value in the next word.</summary>
    private static readonly HashSet<string> WithValue =
    [
        "-n",
        "--namespace",
        "-c",
        "--container",
        "-l",
        "--selector",
        "--field-selector",
        "-o",
        "--output",
        "--context",
        "--kubeconfig",
        "--cluster",
        "--user",
        "--as",
        "-s",
        "--server",
        "--token",
        "--request-timeout",
        "--sort-by",
        "--tail",
        "--since",
        "--since-time",
        "--limit-bytes",
        "--template",
        "-L",
        "--label-columns",
        "--chunk-size",
        "--max-log-requests",
        "--for",
        "--types",
        "-v",
        "--timeout",
    ];

    private static readonly HashSet<string> Harmless = ["less", "more", "cat", "tee", "sort", "bat", "column"];

    /// <summary>Most lines name no program, and need not be taken apart.</summary>
    private static readonly SearchValues<string> Tools = SearchValues.Create(
        ["kube", "minikube", "k ", "oc ", "k3s", "k0s", "rke2", "k8s", .. Others.Keys],
        StringComparison.Ordinal
    );

    public string? Namespace { get; private init; }

    public string? Container { get; private init; }

    public string? Output { get; private init; }

    public bool Previous { get; private init; }

    public bool AllNamespaces { get; private init; }

    /// <summary>The output is a part of what the command without this option or pipe would print.</summary>
    public bool IsPartial { get; private init; }

    public bool IsKubectl => Tool == "kubectl";

    public bool IsLogs => Verb is "logs" or "log" && Tool is "kubectl" or "docker" or "crictl" or "nerdctl";

    /// <summary>The kinds that get or describe name, and the names after them.</summary>
    public (IReadOnlyList<string> Kinds, IReadOnlyList<string> Names) Objects()
    {
        if (!IsKubectl || Words.Count == 0)
            return ([], []);
        if (Words[0].Contains('/', StringComparison.Ordinal))
            return (
                [.. Words.Select(word => KindOf(word.Split('/')[0]))],
                [.. Words.Select(word => word[(word.IndexOf('/', StringComparison.Ordinal) + 1)..])]
            );
        return ([.. Words[0].Split(',').Select(KindOf)], [.. Words.Skip(1)]);
    }

    /// <summary>The kind of the objects if there is one, else null.</summary>
    public string? Kind =>
        Verb is "get" or "describe" && Objects().Kinds.Distinct().ToList() is [var kind] ? kind : null;

    /// <summary>Everything of these kinds is printed.</summary>
    public bool ListsAll => Verb is "get" or "describe" or "events" && !IsPartial && Objects().Names.Count == 0;

    /// <summary>The kind by any of the names that kubectl accepts; an unknown name is returned as it is.</summary>
    private static string KindOf(string word) => ResourceKind.Named(word.Split('.')[0])?.Kind ?? word.Split('.')[0];

    /// <summary>The command of a line; null where the line is none.</summary>
    public static PastedCommand? Parse(string line)
    {
        var text = line.Trim().Trim('`').Trim();
        if (text.Length is < 2 or > Longest)
            return null;
        var strong = StrongPrompt().Match(text);
        if (!strong.Success && !text.AsSpan().ContainsAny(Tools))
            return null;
        var prompt = strong.Success ? strong : WeakPrompt().Match(text);
        var words = Split(prompt.Success ? text[prompt.Length..] : text);
        var start = IndexOfTool(words, strong.Success, prompt.Success);
        if (start >= 0)
            return Read(words, start);
        return strong.Success && words.Count > 0 && IsProgram(words[0]) ? new(words[0], "", [.. words.Skip(1)]) : null;
    }

    /// <summary>A prompt at which nothing was typed.</summary>
    public static bool IsBarePrompt(string line) => BarePrompt().IsMatch(line);

    private static bool IsProgram(string word) => Program().IsMatch(word);

    private static int IndexOfTool(List<string> words, bool strong, bool prompt)
    {
        // A prompt may show folder and branch: "➜  ~ git:(main) ✗ kubectl".
        for (var i = 0; i < Math.Min(words.Count, strong ? 6 : 1); i++)
        {
            var at = i;
            while (at < words.Count - 1 && (Wrappers.Contains(words[at]) || at > i && words[at].StartsWith('-')))
            {
                at++;
                // watch -n 2 kubectl
                if (words[at] is "-n" or "--interval" or "-u" && at + 2 < words.Count)
                    at += 2;
            }
            if (at < words.Count && IsTool(words, at, prompt))
                return at;
        }
        return -1;
    }

    private static bool IsTool(List<string> words, int at, bool prompt)
    {
        var after = words.Skip(at + 1).ToList();
        switch (Plain(words[at]))
        {
            case "kubectl" or "k" or "oc" or "kubecolor":
                return after.Take(7).Any(Verbs.Contains);
            case "microk8s" or "k3s" or "minikube" or "k0s" or "rke2":
                return after.Take(4).Any(word => word is "kubectl" or "logs" or "status");
            case "microk8s.kubectl":
                return true;
            case var tool when Others.TryGetValue(tool, out var next):
                return after.Count > 0
                    && (
                        prompt
                        || next.Split(' ')
                            .Any(word => word.Length > 0 && after[0].StartsWith(word, StringComparison.Ordinal))
                    );
            default:
                return false;
        }
    }

    private static string Plain(string word)
    {
        var name = word[(word.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? name[..^4] : name;
    }

    private static PastedCommand Read(List<string> words, int start)
    {
        var tool = Plain(words[start]);
        var rest = words.Skip(start + 1).ToList();
        if (tool is "microk8s" or "k3s" or "minikube" or "k0s" or "rke2" && rest.IndexOf("kubectl") is >= 0 and var at)
        {
            rest = [.. rest.Skip(at + 1).Where(word => word != "--")];
            tool = "kubectl";
        }
        if (tool is "k" or "oc" or "kubecolor" or "microk8s.kubectl")
            tool = "kubectl";
        var end = rest.FindIndex(word => word is "|" or "||" or "&&" or ";" or ">" or ">>" or "2>&1" or "2>/dev/null");
        var isFiltered =
            rest.Skip(Math.Max(end, 0)).SkipWhile(word => word != "|").Skip(1).FirstOrDefault() is { } pipe
            && !Harmless.Contains(pipe);
        return Options(tool, end < 0 ? rest : rest[..end], isFiltered);
    }

    private static PastedCommand Options(string tool, List<string> words, bool isPartial)
    {
        var plain = new List<string>();
        var values = new Dictionary<string, string>();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (!word.StartsWith('-'))
                plain.Add(word);
            else if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                values[word[..equals]] = word[(equals + 1)..];
            else if (Joined().Match(word) is { Success: true } joined)
                values[joined.Groups[1].Value] = joined.Groups[2].Value;
            else if (WithValue.Contains(word) && i + 1 < words.Count)
                values[word] = words[++i];
            else
                values[word] = "";
        }
        string? Value(params string[] names) =>
            names.Select(name => values.GetValueOrDefault(name)).FirstOrDefault(v => v?.Length > 0);
        bool Has(params string[] names) => names.Any(name => values.TryGetValue(name, out var v) && v is "" or "true");
        return new(tool, plain.FirstOrDefault() ?? "", [.. plain.Skip(1)])
        {
            Namespace = Value("-n", "--namespace"),
            Container = Value("-c", "--container"),
            Output = Value("-o", "--output"),
            Previous = Has("-p", "--previous"),
            AllNamespaces = Has("-A", "--all-namespaces"),
            IsPartial =
                isPartial
                || Value("-l", "--selector", "--field-selector", "--for", "--types", "--tail", "--since") is not null
                || Has("-w", "--watch", "--watch-only"),
        };
    }

    private static List<string> Split(string text) =>
        [
            .. Word()
                .Matches(text.Replace("—", "--", StringComparison.Ordinal))
                .Select(match => match.Value.Trim('"', '\'')),
        ];

    [GeneratedRegex(@"\||(?:""[^""]*""|'[^']*'|[^\s""'|])+")]
    private static partial Regex Word();

    // "-nkube-system", "-owide", "-lapp=x"
    [GeneratedRegex(@"^(-[nolc])([a-z0-9][\w=.,/-]*)$")]
    private static partial Regex Joined();

    // "[root@m ~]# ", "user@host:~$ ", "PS C:\k> ", "C:\>", "❯ ", "➜  ~ ", "╰─○ ", "$ "
    [GeneratedRegex(
        @"^(?:\([\w.-]+\) ?)?(?:\[[\w.-]+@[^\]]{1,80}\] ?[$#%>] ?|[\w.-]+@[\w.-]+[^$#%>\s]{0,80}[ ~]{0,2}[$#%>] "
            + @"|(?:PS )?[A-Za-z]:\\[^>]{0,120}> ?|PS [^>]{1,80}> ?|(?:❯|➜|λ|▶|╰─\S{0,2}|└─\S{0,2})\s+|\$ )"
    )]
    private static partial Regex StrongPrompt();

    // Only before a known program: "# ", "% ", "> ", "master$ ", "~/infra (main) $ "
    [GeneratedRegex(@"^(?:[#%>»] ?|[^$#%>❯➜|=]{1,60}[$#%>❯➜] )(?=\S)")]
    private static partial Regex WeakPrompt();

    [GeneratedRegex(
        @"^\s*(?:\[[\w.-]+@[^\]]{1,80}\] ?[$#]|[\w.-]+@[\w.-]+:[^$#%>\s]{0,80}[$#%]"
            + @"|PS [A-Za-z]:\\[^>]{0,120}>|❯|➜\s+\S{0,40}|╭─.*|┌──\(.*|╰─\S{0,2}|\$)\s*$"
    )]
    private static partial Regex BarePrompt();

    [GeneratedRegex(@"^[\w./~][\w./+-]{0,60}$")]
    private static partial Regex Program();
}
