using Doorward.Core.Applications;

namespace Doorward.Control.Resources.Editing;

/// <summary>What is wrong, and what is only odd, with the documents of one edit.</summary>
internal sealed class Findings
{
    private readonly Dictionary<ResourceKey, (int Place, string? Source)> _documents = [];
    private readonly List<ResourceError> _errors = [];

    /// <summary>The errors in the order of the documents.</summary>
    public IReadOnlyList<ResourceError> Errors => [.. _errors.OrderBy(PlaceOf)];

    /// <summary>What is odd and stops nothing, in the order in which it was found.</summary>
    public List<ResourceError> Warnings { get; } = [];

    public bool Refused => _errors.Count > 0;

    /// <summary>Remembers where a document was read, so that later errors about it can say so.</summary>
    public void Locate(ResourceKey key, string? source) => _documents.TryAdd(key, (_documents.Count, source));

    public void Add(ResourceKey key, ResourceError error) =>
        _errors.Add(error with { Kind = key.Kind, Name = key.Name, Source = _documents.GetValueOrDefault(key).Source });

    /// <summary>A second document of a kind and name; it is the one that is pointed at.</summary>
    public void AddTwice(ResourceKey key, string? source) => _errors.Add(new ResourceError
    {
        Kind = key.Kind,
        Name = key.Name,
        Source = source,
        Field = "name",
        Message = $"there is a document for {key.Kind} {Shown.Text(key.Name)} already",
        Fix = "remove one of the two",
    });

    /// <summary>An error of the edit as a whole.</summary>
    public void Add(ResourceError error) => _errors.Add(error);

    public void Add(ResourceKey key, IEnumerable<ResourceError> errors)
    {
        foreach (var error in errors) Add(key, error);
    }

    public void Add(ResourceKey key, string field, string message, string fix) =>
        Add(key, new ResourceError { Field = field, Message = message, Fix = fix });

    public void Add(ResourceKey key, IEnumerable<RuleViolation> violations)
    {
        foreach (var violation in violations) Add(key, violation.Field, violation.Message, violation.Fix);
    }

    public void Warn(ResourceKey key, string field, string message, string? fix = null) => Warn(key, new ResourceError { Field = field, Message = message, Fix = fix });

    public void Warn(ResourceKey key, ResourceError warning) =>
        Warnings.Add(warning with { Kind = key.Kind, Name = key.Name, Source = _documents.GetValueOrDefault(key).Source });

    private int PlaceOf(ResourceError error) =>
        _documents.TryGetValue(new ResourceKey(error.Kind ?? "", error.Name ?? ""), out var document) ? document.Place : int.MaxValue;
}
