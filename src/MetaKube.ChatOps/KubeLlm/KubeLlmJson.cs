using System.Text.Json;
using System.Text.Json.Serialization;

namespace MetaKube.ChatOps.KubeLlm;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(Tokenize))]
[JsonSerializable(typeof(RunningServer))]
[JsonSerializable(typeof(ModelCatalogue))]
internal sealed partial class KubeLlmJson : JsonSerializerContext;
