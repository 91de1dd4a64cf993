namespace Doorward.Gateway.Routing;

/// <summary>The route table in force. The feed's applier replaces it; every request reads it once.</summary>
internal sealed class Routes
{
    private volatile RouteTable _current = RouteTable.Empty;

    public RouteTable Current => _current;

    public void Replace(RouteTable table) => _current = table;
}
