using Doorward.Core.Protocol;

namespace Doorward.Control.Changes;

/// <summary>
/// How one watched entity looks from a gateway: <see cref="Face"/> is the change that states what it is now (null while
/// there is nothing to tell), <see cref="Gone"/> the one that states its removal. Equal faces mean no change row.
/// </summary>
internal sealed class Watch
{
    public required Func<object, Change?> Face { get; init; }
    public required Func<object, Change?> Gone { get; init; }

    public static Watch Of<T>(Func<T, Change?> face, Func<T, Change?> gone)
        where T : class => new() { Face = entity => face((T)entity), Gone = entity => gone((T)entity) };
}
