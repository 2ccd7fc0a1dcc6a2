using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>
/// The only place that knows Redis keys. The braces make all keys of one memory land on one node of a Redis cluster.
/// </summary>
public sealed class RedisKeys(string name)
{
    private readonly string prefix = $"metakube:{{{name}}}:";

    /// <summary>Vector set: element = episode id.</summary>
    public RedisKey Episodes => $"{prefix}episodes";

    /// <summary>Sorted set: episode id by time, so that all can be listed without scanning.</summary>
    public RedisKey Timeline => $"{prefix}timeline";

    /// <summary>Vector set: element = pattern id.</summary>
    public RedisKey Patterns => $"{prefix}patterns";

    /// <summary>Set: all pattern ids.</summary>
    public RedisKey PatternIds => $"{prefix}pattern-ids";

    /// <summary>Set: the embeddings that have an index, by a hash of their names.</summary>
    public RedisKey Embeddings => $"{prefix}embeddings";

    /// <summary>JSON: how far to trust what is recalled.</summary>
    public RedisKey Calibration => $"{prefix}calibration";

    /// <summary>JSON: the threshold, and what was there when it was worked out.</summary>
    public RedisKey Controller => $"{prefix}controller";

    /// <summary>An episode as JSON.</summary>
    public RedisKey Episode(string id) => $"{prefix}episode:{id}";

    /// <summary>A pattern as JSON.</summary>
    public RedisKey Pattern(string id) => $"{prefix}pattern:{id}";

    /// <summary>The episode that stands for an investigation about the same trouble.</summary>
    public RedisKey Alias(string id) => $"{prefix}alias:{id}";

    /// <summary>Vector set of one embedding: element = episode id.</summary>
    public RedisKey Meanings(string embedding) => $"{prefix}meanings:{embedding}";

    /// <summary>Hash: the exact vectors of one embedding by episode id.</summary>
    public RedisKey MeaningVectors(string embedding) => $"{prefix}meaning-vectors:{embedding}";

    /// <summary>Sorted set: lanes with work to do, by the time when it is due.</summary>
    public RedisKey Lanes => $"{prefix}lanes";

    /// <summary>List: the work of one lane as JSON, in order.</summary>
    public RedisKey Lane(string lane) => $"{prefix}lane:{lane}";

    /// <summary>How often the first work of a lane has failed.</summary>
    public RedisKey LaneFailures(string lane) => $"{prefix}lane-failures:{lane}";

    /// <summary>Work that was taken on already.</summary>
    public RedisKey Seen(string work) => $"{prefix}seen:{work}";

    /// <summary>JSON: what a thread is about.</summary>
    public RedisKey Thread(string thread) => $"{prefix}thread:{thread}";

    /// <summary>A message of ours → the investigation that it is about.</summary>
    public RedisKey Answer(string platform, string channel, string message) =>
        $"{prefix}thread:answer:{platform}:{channel}:{message}";

    /// <summary>Where an investigation was answered, as an address.</summary>
    public RedisKey Origin(string investigation) => $"{prefix}thread:origin:{investigation}";

    /// <summary>JSON: what one piece of work is to post, and hash: what of it was posted.</summary>
    public RedisKey Outbox(string work) => $"{prefix}outbox:{work}";

    public RedisKey Posted(string work) => $"{prefix}posted:{work}";

    /// <summary>The message that shows the progress of one piece of work.</summary>
    public RedisKey Progress(string work) => $"{prefix}progress:{work}";

    /// <summary>Hash: one person's reactions to one message, by their name, with the time of the last change.</summary>
    public RedisKey Reactions(string platform, string channel, string message, string user) =>
        $"{prefix}thread:reactions:{platform}:{channel}:{message}:{user}";

    /// <summary>That a person said in words or by a button what an answer was worth.</summary>
    public RedisKey Said(string investigation, string voter) => $"{prefix}thread:said:{investigation}:{voter}";

    /// <summary>JSON: where a conversation is reached.</summary>
    public RedisKey Address(string platform, string channel) => $"{prefix}thread:address:{platform}:{channel}";

    /// <summary>JSON: an incident.</summary>
    public RedisKey Incident(string incident) => $"{prefix}incident:{incident}";

    /// <summary>Sorted set: incidents that are not resolved, by when they began.</summary>
    public RedisKey OpenIncidents => $"{prefix}incident:open";

    /// <summary>Set: the groups of an incident that fire.</summary>
    public RedisKey IncidentFiring(string incident) => $"{prefix}incident:firing:{incident}";

    /// <summary>Hash: the groups of an incident, with their numbers of alerts.</summary>
    public RedisKey IncidentGroups(string incident) => $"{prefix}incident:groups:{incident}";

    /// <summary>JSON: what was said of an incident in a channel.</summary>
    public RedisKey IncidentThread(string incident, string platform, string channel) =>
        $"{prefix}incident:thread:{incident}:{platform}:{channel}";

    /// <summary>JSON: what the target of an incident was like when it was looked into.</summary>
    public RedisKey IncidentBefore(string incident) => $"{prefix}incident:before:{incident}";

    /// <summary>The incident that groups with one cause belong to, by a hash of it.</summary>
    public RedisKey IncidentOf(string key) => $"{prefix}incident:of:{key}";

    /// <summary>JSON: the incidents of one cause, newest first.</summary>
    public RedisKey IncidentHistory(string key) => $"{prefix}incident:history:{key}";

    /// <summary>JSON: what is known of a group of alerts.</summary>
    public RedisKey AlertGroup(string group) => $"{prefix}incident:group:{group}";

    /// <summary>Set: the groups that fire by the bot's own watch of the cluster.</summary>
    public RedisKey WatchedGroups => $"{prefix}incident:watched";

    /// <summary>
    /// Sorted set: the incidents that have a thread of their own in a channel, by when it was started.
    /// </summary>
    public RedisKey ThreadsStarted(string platform, string channel) => $"{prefix}incident:threads:{platform}:{channel}";

    /// <summary>The thread of a channel in which incidents have a line each.</summary>
    public RedisKey StormThread(string platform, string channel) => $"{prefix}incident:storm:{platform}:{channel}";

    /// <summary>JSON: an investigation as it was answered.</summary>
    public RedisKey Investigation(string id) => $"{prefix}investigation:{id}";

    /// <summary>List: the last of them as JSON, newest first.</summary>
    public RedisKey Investigations => $"{prefix}investigations";

    /// <summary>JSON: a change that an answer offers, with what became of it.</summary>
    public RedisKey Change(string id) => $"{prefix}change:{id}";

    /// <summary>JSON: what its target was like right before it was made.</summary>
    public RedisKey ChangeBefore(string id) => $"{prefix}change:before:{id}";

    /// <summary>Sorted set: changes that were at least proposed, by when something last happened to them.</summary>
    public RedisKey Changes => $"{prefix}changes";

    /// <summary>List: the keys by which the console's cookies are made.</summary>
    public RedisKey SignIn => $"{prefix}sign-in";

    /// <summary>List: the last investigations in chats as JSON, newest first.</summary>
    public RedisKey Recent => $"{prefix}recent";

    /// <summary>The prefix of Hangfire's own keys.</summary>
    public string Jobs => $"{prefix}hangfire:";

    /// <summary>Held by the one process that does something.</summary>
    public RedisKey Lease(string work) => $"{prefix}lease:{work}";
}
