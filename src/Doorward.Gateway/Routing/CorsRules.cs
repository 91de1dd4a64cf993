using System.Collections.Frozen;
using System.Globalization;
using Doorward.Core.Applications;

namespace Doorward.Gateway.Routing;

/// <summary>An application's answer to other origins, compiled (Fetch standard, section 3.2).</summary>
internal sealed class CorsRules(CorsDefinition definition)
{
    private readonly FrozenSet<string> _origins = definition.Origins.ToFrozenSet(StringComparer.Ordinal);

    public bool Credentials => definition.Credentials;

    public string Methods { get; } = string.Join(", ", definition.Methods.IsDefaultOrEmpty ? ["GET", "HEAD", "POST"] : definition.Methods);

    public string Headers { get; } = string.Join(", ", definition.Headers);

    public string MaxAge { get; } = ((long)definition.MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    // A star with credentials would let every page act as the person: with credentials, origins are named.
    public bool Allows(string origin) => _origins.Contains(origin) || (!definition.Credentials && _origins.Contains("*"));
}
