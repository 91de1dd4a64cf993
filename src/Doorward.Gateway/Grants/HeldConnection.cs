using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;

namespace Doorward.Gateway.Grants;

/// <summary>A live connection in the list of its grant, with the facts it was judged on.</summary>
internal sealed class HeldConnection(LiveConnection live, RequestFacts facts)
{
    public LiveConnection Live => live;

    public RequestFacts Facts => facts;

    /// <summary>Guarded by the grant.</summary>
    public HeldConnection? Next { get; set; }

    public HeldConnection? Previous { get; set; }
}
