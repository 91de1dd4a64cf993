using Doorward.Control.Storage;

namespace Doorward.Control.Resources.Editing;

/// <summary>One transaction of changes to resources: who makes them, when, and the one publication that all its policies share.</summary>
internal sealed class Edit(DoorwardDb db, string actor, DateTimeOffset now, bool managed, string? reason = null)
{
    private Publication? _publication;

    public DoorwardDb Db { get; } = db;

    /// <summary>Who makes the change, as records name them.</summary>
    public string Actor { get; } = actor;

    public DateTimeOffset Now { get; } = now;

    /// <summary>Whether the change comes from <c>apply</c>, which may later prune what it made.</summary>
    public bool Managed { get; } = managed;

    /// <summary>The publication of this edit. All its policies take effect at once.</summary>
    public Publication Publication
    {
        get
        {
            if (_publication is not null) return _publication;
            _publication = new Publication { At = Now, By = Actor, Reason = reason };
            Db.Publications.Add(_publication);
            return _publication;
        }
    }

    public bool Publishes => _publication is not null;
}
