from uwclient.qa.timeline import Line, Timeline
from uwclient.qa.world import World
