using Doorward.Control.Resources.Specs;

namespace Doorward.Control.Resources;

/// <summary>One document being read: its fields, what is stored under its name, and what the installation knows.</summary>
internal sealed record SpecReading(string Name, SpecReader Spec, object? Stored, InstallationFacts Installation)
{
    /// <summary>The stored specification, when it is of the kind that is read.</summary>
    public T? StoredAs<T>() where T : class => Stored as T;
}

/// <summary>What checks of documents need to know of the installation.</summary>
internal sealed record InstallationFacts(string Domain, IReadOnlySet<int> OwnPorts);
