using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaKube.Chat;

/// <summary>The JSON of conversations in Redis: work items, threads, addresses and outboxes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(WorkItem))]
[JsonSerializable(typeof(ThreadRecord))]
[JsonSerializable(typeof(ThreadTurn))]
[JsonSerializable(typeof(ChatAddress))]
[JsonSerializable(typeof(RecentAnswer))]
[JsonSerializable(typeof(Outbox))]
[JsonSerializable(typeof(ProgressMessage))]
[JsonSerializable(typeof(AnswerView))]
[JsonSerializable(typeof(AnswerCard))]
public sealed partial class ConversationJson : JsonSerializerContext;
