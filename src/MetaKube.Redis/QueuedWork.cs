using MetaKube.Chat;
using StackExchange.Redis;

namespace MetaKube.Redis;

/// <summary>A work item, and its JSON as the queue stores it.</summary>
public sealed record QueuedWork(WorkItem Work, RedisValue Json);
