using System.Security.Cryptography;
using System.Text;
using MetaKube.Memory;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// Builds all Redis keys. The braces are a hash tag: they place all keys of one memory on one node of a Redis cluster.
/// </summary>
public sealed class RedisKeys(string name)
{
    private readonly string prefix = $"metakube:{{{name}}}:";

    /// <summary>Sorted set: episode ids by time.</summary>
    public RedisKey Timeline => $"{prefix}timeline";

    /// <summary>Set: all pattern ids.</summary>
    public RedisKey PatternIds => $"{prefix}pattern-ids";

    /// <summary>Set: the tags of all embeddings that have an index.</summary>
    public RedisKey Embeddings => $"{prefix}embeddings";

    /// <summary>JSON: the calibration of confidences.</summary>
    public RedisKey Calibration => $"{prefix}calibration";

    /// <summary>JSON: threshold, document frequency and the last consolidation.</summary>
    public RedisKey Controller => $"{prefix}controller";

    /// <summary>JSON: an episode.</summary>
    public RedisKey Episode(string id) => $"{prefix}episode:{id}";

    /// <summary>JSON: a pattern.</summary>
    public RedisKey Pattern(string id) => $"{prefix}pattern:{id}";

    /// <summary>String: the id of the episode that an investigation was merged into.</summary>
    public RedisKey Alias(string id) => $"{prefix}alias:{id}";

    /// <summary>Vector set: the elements are ids of episodes or patterns.</summary>
    public RedisKey Vectors(VectorCollection collection) =>
        collection.IsEmbedding ? EmbeddingVectors(Tag(collection.Name)) : $"{prefix}{collection.Name}";

    /// <summary>Hash: the exact vectors of an embedding by episode id.</summary>
    public RedisKey ExactVectors(VectorCollection embedding) => ExactVectors(Tag(embedding.Name));

    /// <summary>The key of <see cref="Vectors"/> by an embedding's tag.</summary>
    public RedisKey EmbeddingVectors(string tag) => $"{prefix}meanings:{tag}";

    /// <summary>The key of <see cref="ExactVectors(VectorCollection)"/> by an embedding's tag.</summary>
    public RedisKey ExactVectors(string tag) => $"{prefix}meaning-vectors:{tag}";

    /// <summary>A hash of a name that may hold any character: 16 hexadecimal digits.</summary>
    public static string Tag(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];

    /// <summary>Sorted set: lanes with pending work, by the time when it is due.</summary>
    public RedisKey Lanes => $"{prefix}lanes";

    /// <summary>List: the work items of one lane as JSON, in order.</summary>
    public RedisKey Lane(string lane) => $"{prefix}lane:{lane}";

    /// <summary>Counter: failed attempts at the first work item of a lane.</summary>
    public RedisKey LaneFailures(string lane) => $"{prefix}lane-failures:{lane}";

    /// <summary>String with expiry: marks a work item as enqueued before, for deduplication.</summary>
    public RedisKey Seen(string work) => $"{prefix}seen:{work}";

    /// <summary>JSON: the subject of a thread.</summary>
    public RedisKey Thread(string thread) => $"{prefix}thread:{thread}";

    /// <summary>String: the investigation that a message of the bot answers.</summary>
    public RedisKey Answer(string platform, string channel, string message) =>
        $"{prefix}thread:answer:{platform}:{channel}:{message}";

    /// <summary>String: the address of the thread in which an investigation was answered.</summary>
    public RedisKey Origin(string investigation) => $"{prefix}thread:origin:{investigation}";

    /// <summary>JSON: the answer to an investigation as it stands in a channel.</summary>
    public RedisKey Card(string investigation, string platform, string channel) =>
        $"{prefix}thread:card:{investigation}:{platform}:{channel}";

    /// <summary>JSON: the messages that a work item has to post.</summary>
    public RedisKey Outbox(string work) => $"{prefix}outbox:{work}";

    /// <summary>Hash: the messages of a work item that were posted.</summary>
    public RedisKey Posted(string work) => $"{prefix}posted:{work}";

    /// <summary>String: the message that shows the progress of a work item.</summary>
    public RedisKey Progress(string work) => $"{prefix}progress:{work}";

    /// <summary>All that is stored of one work item until it is completed.</summary>
    public RedisKey[] OfWork(string work) => [Outbox(work), Posted(work), Progress(work)];

    /// <summary>Hash: one person's reactions to one message by name, with the time of the last change.</summary>
    public RedisKey Reactions(string platform, string channel, string message, string user) =>
        $"{prefix}thread:reactions:{platform}:{channel}:{message}:{user}";

    /// <summary>String: marks that a person gave feedback by text or button, which overrides reactions.</summary>
    public RedisKey Said(string investigation, string voter) => $"{prefix}thread:said:{investigation}:{voter}";

    /// <summary>JSON: the platform's address of a conversation.</summary>
    public RedisKey Address(string platform, string channel) => $"{prefix}thread:address:{platform}:{channel}";

    /// <summary>JSON: an incident.</summary>
    public RedisKey Incident(string incident) => $"{prefix}incident:{incident}";

    /// <summary>Sorted set: unresolved incidents by start time.</summary>
    public RedisKey OpenIncidents => $"{prefix}incident:open";

    /// <summary>Set: the firing alert groups of an incident.</summary>
    public RedisKey IncidentFiring(string incident) => $"{prefix}incident:firing:{incident}";

    /// <summary>Hash: the alert groups of an incident with their numbers of alerts.</summary>
    public RedisKey IncidentGroups(string incident) => $"{prefix}incident:groups:{incident}";

    /// <summary>JSON: the messages about an incident in one channel.</summary>
    public RedisKey IncidentThread(string incident, string platform, string channel) =>
        $"{prefix}incident:thread:{incident}:{platform}:{channel}";

    /// <summary>JSON: the settings around an incident's target when it was investigated.</summary>
    public RedisKey IncidentBefore(string incident) => $"{prefix}incident:before:{incident}";

    /// <summary>String: the incident of a root cause, by a hash of the cause.</summary>
    public RedisKey IncidentOf(string key) => $"{prefix}incident:of:{key}";

    /// <summary>JSON: the incidents of one root cause, newest first.</summary>
    public RedisKey IncidentHistory(string key) => $"{prefix}incident:history:{key}";

    /// <summary>JSON: an alert group.</summary>
    public RedisKey AlertGroup(string group) => $"{prefix}incident:group:{group}";

    /// <summary>Set: the groups that the bot's own cluster watch fires.</summary>
    public RedisKey WatchedGroups => $"{prefix}incident:watched";

    /// <summary>
    /// Sorted set: the incidents with a thread of their own in a channel, by the time it was started.
    /// </summary>
    public RedisKey ThreadsStarted(string platform, string channel) => $"{prefix}incident:threads:{platform}:{channel}";

    /// <summary>String: the thread of a channel in which each incident has one line during an alert storm.</summary>
    public RedisKey StormThread(string platform, string channel) => $"{prefix}incident:storm:{platform}:{channel}";

    /// <summary>JSON: an investigation with its answer.</summary>
    public RedisKey Investigation(string id) => $"{prefix}investigation:{id}";

    /// <summary>List: the last investigations as JSON, newest first.</summary>
    public RedisKey Investigations => $"{prefix}investigations";

    /// <summary>JSON: a change that an answer offers, and its state.</summary>
    public RedisKey Change(string id) => $"{prefix}change:{id}";

    /// <summary>JSON: the target of a change right before it was applied.</summary>
    public RedisKey ChangeBefore(string id) => $"{prefix}change:before:{id}";

    /// <summary>Sorted set: changes that were proposed, by the time of their last transition.</summary>
    public RedisKey Changes => $"{prefix}changes";

    /// <summary>List: the keys that protect the console's cookies.</summary>
    public RedisKey SignIn => $"{prefix}sign-in";

    /// <summary>List: the last investigations in chats as JSON, newest first.</summary>
    public RedisKey Recent => $"{prefix}recent";

    /// <summary>Hash: the notes about one subject as JSON, by id.</summary>
    public RedisKey Notes(string subject) => $"{prefix}notes:{Tag(subject)}";

    /// <summary>Hash: the subject of each note, by id.</summary>
    public RedisKey NoteSubjects => $"{prefix}notes";

    /// <summary>The prefix of Hangfire's own keys.</summary>
    public string Jobs => $"{prefix}hangfire:";

    /// <summary>String with expiry: the holder of a lease.</summary>
    public RedisKey Lease(string work) => $"{prefix}lease:{work}";
}
